"""The full profile without its data, its GPUs and its hours: does it run to the end?

`rehearsal.begin.begin` changes a process for good: trainings are one small step long,
what they would take is estimated, data are made up (`datasets.made_up`), figures and
memory are watched. `lecture.setup` and ``dlcourse train`` call it where the environment
variable DLCOURSE_REHEARSE names one of `PASSES`; what is found goes into the file that
DLCOURSE_RECORD names.
"""

FLOAT32, GPUS = "float32", "gpus"  # as on a CPU; on two pretended GPUs, mixed precision
PASSES = (FLOAT32, GPUS)
