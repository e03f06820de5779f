package ah506_test

import (
	"testing"

	"aiohub/internal/rule/ah506"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah506.Rule) }
