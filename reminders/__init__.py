"""The first floor: patients, appointments, what we say to them and when.

It calls down through `provisioning.gateway` and `provisioning.models`, and nothing
calls up. Data flows one way: doors (views, webhooks, commands) and tasks fetch rows,
call one function of `schedule`, `outbox` or `inbox`, and answer.
"""
