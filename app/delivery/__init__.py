"""The delivery stage: what was approved reaches the company's CRM, once, and can be taken back."""
