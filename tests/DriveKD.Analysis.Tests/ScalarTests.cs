using DriveKD.Analysis.Study;
using DriveKD.Tests;

namespace DriveKD.Analysis.Tests;

public class ScalarTests
{
    [Fact]
    public void Assembly_CallsIntoTorchSharp_MakeNoShortLivedScalars()
    {
        IReadOnlyList<string> calls = ShortLivedScalars.CallsIn(typeof(SampleMeasurer));
        Assert.True(calls.Count == 0, "see DriveKD.Models.Tensors.Scalars for what to call instead:\n" + string.Join('\n', calls));
    }
}
