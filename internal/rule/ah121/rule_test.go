package ah121_test

import (
	"testing"

	"aiohub/internal/rule/ah121"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah121.Rule) }
