package ah512_test

import (
	"testing"

	"aiohub/internal/rule/ah512"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah512.Rule) }
