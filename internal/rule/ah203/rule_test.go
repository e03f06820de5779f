package ah203_test

import (
	"testing"

	"aiohub/internal/rule/ah203"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah203.Rule) }
