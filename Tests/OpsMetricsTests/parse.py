"""Reads an exposition on standard input with prometheus_client; prints "samples <n>", or fails with the reason."""
import sys

body = sys.stdin.buffer.read().decode("utf-8")
if sys.argv[1] == "openmetrics":
    from prometheus_client.openmetrics.parser import text_string_to_metric_families
else:
    from prometheus_client.parser import text_string_to_metric_families
families = list(text_string_to_metric_families(body))
print("samples", sum(len(family.samples) for family in families))
