package ah199_test

import (
	"testing"

	"aiohub/internal/rule/ah199"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah199.Rule) }
