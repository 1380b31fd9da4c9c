"""NOT THE ORIGINAL: this file (5,520 bytes, saved 08:33) was overwritten by mistake at 08:35 on 21 November.

Its text could not be recovered. Whoever wrote it, please save it again; nothing else in this folder was touched.
"""
