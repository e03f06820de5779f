package ah515_test

import (
	"testing"

	"aiohub/internal/rule/ah515"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah515.Rule) }
