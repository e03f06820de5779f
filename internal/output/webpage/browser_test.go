package webpage

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser opens a page in headless Chromium. The other tests look at the markup; these look at what becomes of it.
func browser(t *testing.T, d *Data) (ctx context.Context, faults *[]string) {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			program = found
			break
		}
	}
	if program == "" {
		t.Skip("no Chromium to look at the page with; on Debian: apt-get install chromium")
	}
	path := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(path, []byte(html(t, d)), 0o644); err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.WSURLReadTimeout(time.Minute))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(allocator)
	t.Cleanup(stop)
	faults = &[]string{}
	chromedp.ListenTarget(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			*faults = append(*faults, "script: "+e.ExceptionDetails.Error())
		case *network.EventRequestWillBeSent:
			if u := e.Request.URL; !strings.HasPrefix(u, "file:") && !strings.HasPrefix(u, "data:") {
				*faults = append(*faults, "asks for "+u)
			}
		}
	})
	run(t, ctx, network.Enable(), chromedp.Navigate((&url.URL{Scheme: "file", Path: path}).String()), chromedp.WaitReady("footer"))
	return ctx, faults
}

func run(t *testing.T, ctx context.Context, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

func ask[T any](t *testing.T, ctx context.Context, script string) (answer T) {
	t.Helper()
	run(t, ctx, chromedp.Evaluate(script, &answer))
	return answer
}

func TestPageInABrowser(t *testing.T) {
	ctx, faults := browser(t, sample())
	t.Run("search opens what matches and hides the rest", func(t *testing.T) {
		run(t, ctx, chromedp.SendKeys("#search", "green-yield", chromedp.ByQuery), chromedp.Poll(`document.getElementById("hits").textContent !== ""`, nil))
		if got := ask[string](t, ctx, `document.getElementById("hits").textContent`); got != "1 found" {
			t.Errorf("%q", got)
		}
		if !ask[bool](t, ctx, `document.querySelector("details.rule").open`) || ask[bool](t, ctx, `document.querySelector(".steps .item").checkVisibility()`) {
			t.Error("the finding is not open, or the steps still stand there")
		}
		run(t, ctx, chromedp.SendKeys("#search", "\x1b", chromedp.ByQuery))
		if got := ask[int](t, ctx, `document.querySelectorAll(".hidden").length`); got != 0 {
			t.Errorf("%d items stay hidden after Escape", got)
		}
	})
	t.Run("it is worked without a mouse", func(t *testing.T) {
		run(t, ctx, chromedp.Focus(".steps summary", chromedp.ByQuery), chromedp.KeyEvent("\r"))
		if !ask[bool](t, ctx, `document.querySelector(".steps details").open`) {
			t.Error("a step does not open with Enter")
		}
		if !ask[bool](t, ctx, `[...document.querySelectorAll("a, input, button, summary")].every((e) => e.tabIndex >= 0)`) {
			t.Error("something cannot be reached with Tab")
		}
	})
	t.Run("nothing sticks out on a phone, in the light and in the dark", func(t *testing.T) {
		for _, scheme := range []string{"light", "dark"} {
			run(t, ctx, emulation.SetDeviceMetricsOverride(360, 740, 2, true),
				emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
			if got := ask[int](t, ctx, `document.scrollingElement.scrollWidth`); got > 360 {
				t.Errorf("%s: the page is %d pixels wide on a screen of 360", scheme, got)
			}
		}
	})
	t.Run("the last column of the packages is seen on a phone, however long their names", func(t *testing.T) {
		run(t, ctx, emulation.SetDeviceMetricsOverride(500, 740, 1, true))
		ask[string](t, ctx, `document.querySelector(".scroll td code").textContent = "a_package." + "of_a_long_name".repeat(5)`)
		if got := ask[int](t, ctx, `document.querySelector(".scroll").scrollWidth`); got > 500 {
			t.Errorf("the table is %d pixels wide on a screen of 500", got)
		}
	})
	if len(*faults) > 0 {
		t.Errorf("the page %s", strings.Join(*faults, "; "))
	}
}
