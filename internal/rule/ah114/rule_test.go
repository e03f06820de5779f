package ah114_test

import (
	"testing"

	"aiohub/internal/rule/ah114"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah114.Rule) }
