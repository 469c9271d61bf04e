using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

// Live tensors are counted per process.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace DriveKD.Analysis.Tests;

internal static class TensorThreads
{
    // The models are tiny: a second thread only waits, and waits by spinning where test projects run side by side.
    [ModuleInitializer]
    public static void UseOne() => TorchSharp.torch.set_num_threads(1);
}
