package ah116_test

import (
	"testing"

	"aiohub/internal/rule/ah116"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah116.Rule) }
