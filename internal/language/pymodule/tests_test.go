package pymodule

import (
	"testing"
)

func TestTestCode(t *testing.T) {
	for path, want := range map[string]bool{
		"tests/a.py": true, "st2tests/st2tests/base.py": true, "x/st2tests/st2tests/base.py": true, "app/functionaltests/a.py": true, "integration-tests/a.py": true,
		"unit_test/a.py": true, "t/a.py": true, "app/test_a.py": true, "app/a_test.py": true, "conftest.py": true, "test-utils/a.py": true,
		"app/contests/a.py": false, "app/latest/a.py": false, "app/a.py": false, "attests.py": false, "app/testimonials/a.py": false, "greatest/a.py": false,
	} {
		if got := IsTest(path); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}
