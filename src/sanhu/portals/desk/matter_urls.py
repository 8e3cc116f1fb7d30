"""Addresses of what is done beside the moves of a matter: joining, co-signing, templates, many matters at once."""

from django.urls import path

from sanhu.portals.desk.views import bulk, cosigning, procedures, register, reply_templates

urlpatterns = [
    path("register/join/<str:number>/", register.register_join, name="register_join"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("reply-templates/", reply_templates.reply_templates, name="reply_templates"),
    path("reply-templates/new/", reply_templates.reply_template_new, name="reply_template_new"),
    path("reply-templates/<int:template>/", reply_templates.reply_template, name="reply_template"),
    path(
        "reply-templates/<int:template>/retire/",
        reply_templates.reply_template_retire,
        name="reply_template_retire",
    ),
    path("matters/<str:number>/procedure/<int:position>/", procedures.procedure_step, name="procedure_step"),
    path("matters/<str:number>/cosigning/", cosigning.cosigning_ask, name="cosigning_ask"),
    path("matters/<str:number>/cosigning/<int:question>/answer/", cosigning.cosigning_answer, name="cosigning_answer"),
    path(
        "matters/<str:number>/cosigning/<int:question>/withdraw/",
        cosigning.cosigning_withdraw,
        name="cosigning_withdraw",
    ),
]
