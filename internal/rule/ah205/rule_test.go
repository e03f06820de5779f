package ah205_test

import (
	"testing"

	"aiohub/internal/rule/ah205"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah205.Rule) }
