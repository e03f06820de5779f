package ah119_test

import (
	"testing"

	"aiohub/internal/rule/ah119"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah119.Rule) }
