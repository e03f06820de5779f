package ah516_test

import (
	"testing"

	"aiohub/internal/rule/ah516"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah516.Rule) }
