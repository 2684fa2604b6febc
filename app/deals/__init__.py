"""Deals, contacts and companies, and what each CRM field means."""
