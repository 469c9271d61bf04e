using Xunit.Sdk;
using Xunit.v3;

// Tensor work uses every core, and live tensors are counted per process.
[assembly: Parallelization(Mode = ParallelMode.None)]
