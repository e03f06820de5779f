package ah509_test

import (
	"testing"

	"aiohub/internal/rule/ah509"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah509.Rule) }
