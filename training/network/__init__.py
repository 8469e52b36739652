"""The network of the accurate attributor: training, evaluation, and the file that the package ships."""
