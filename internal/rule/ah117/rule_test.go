package ah117_test

import (
	"testing"

	"aiohub/internal/rule/ah117"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah117.Rule) }
