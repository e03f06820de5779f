package ah513_test

import (
	"testing"

	"aiohub/internal/rule/ah513"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah513.Rule) }
