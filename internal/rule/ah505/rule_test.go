package ah505_test

import (
	"testing"

	"aiohub/internal/rule/ah505"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah505.Rule) }
