"""opentelemetry: the span of a green thread is the parent of the one in the coroutine it waits for, and of no other."""
# family: loops and tools
# libraries: opentelemetry-sdk, opentelemetry-api

import eventlet

eventlet.monkey_patch()

import asyncio

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from support import others_run, wait

exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=50))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer(__name__)


async def coroutine(name):
    with tracer.start_as_current_span(f"coroutine {name}"):
        await asyncio.sleep(0.2)
        with tracer.start_as_current_span(f"inner {name}"):
            await asyncio.sleep(0.2)


def green(name):
    with tracer.start_as_current_span(f"green {name}"):
        eventlet.sleep(0.01)
        wait(coroutine(name))


with others_run("spans"):
    list(eventlet.GreenPool().imap(green, "abc"))
provider.force_flush()
spans = exporter.get_finished_spans()
names = {span.context.span_id: span.name for span in spans}
for span in sorted(spans, key=lambda span: span.name):
    print(span.name, "in", names[span.parent.span_id] if span.parent else None)

# prints:
# coroutine a in green a
# coroutine b in green b
# coroutine c in green c
# green a in None
# green b in None
# green c in None
# inner a in coroutine a
# inner b in coroutine b
# inner c in coroutine c
