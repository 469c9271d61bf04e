// Tensor work uses every core, and live tensors are counted per process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
