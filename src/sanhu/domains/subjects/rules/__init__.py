"""The law of subjects, free of models: may this person hold this post, may this post end so, may this body be so?"""
