package ah102_test

import (
	"testing"

	"aiohub/internal/rule/ah102"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah102.Rule) }
