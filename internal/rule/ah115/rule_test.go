package ah115_test

import (
	"testing"

	"aiohub/internal/rule/ah115"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah115.Rule) }
