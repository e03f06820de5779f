package ah201_test

import (
	"testing"

	"aiohub/internal/rule/ah201"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah201.Rule) }
