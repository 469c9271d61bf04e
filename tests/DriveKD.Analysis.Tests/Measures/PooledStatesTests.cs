using DriveKD.Analysis.Measures;
using DriveKD.Analysis.Observing;
using DriveKD.Analysis.Tests.Support;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Tests.Measures;

public sealed class PooledStatesTests
{
    [Fact]
    public void Of_RandomStates_MeansByRole()
    {
        double[][] states = Arrays.Gaussian(new Random(2), 6, 4);
        using Tensor states_TC = Arrays.Matrix(states);
        using PooledStates pooling = new(TokenRoles.Of([false, true, true, false, false, false], [-100, -100, -100, -100, -100, 3], 4), CPU);
        (float[]? vision, float[] text, float[] prompt) = pooling.Of(states_TC);

        Arrays.AssertClose(Arrays.MeanRow([states[1], states[2]]), [.. vision!.Select(value => (double)value)], 1e-6);
        Arrays.AssertClose(Arrays.MeanRow([states[0], states[3], states[4], states[5]]), [.. text.Select(value => (double)value)], 1e-6);
        Arrays.AssertClose(states[4], [.. prompt.Select(value => (double)value)], 0);
    }

    [Fact]
    public void Of_TextAlone_HasNoVision()
    {
        using Tensor states_TC = Arrays.Matrix([[1, 2], [3, 4]]);
        using PooledStates pooling = new(TokenRoles.Of([false, false], [-100, -100], 1), CPU);
        (float[]? vision, float[] text, _) = pooling.Of(states_TC);

        Assert.Null(vision);
        Assert.Equal([2f, 3f], text);
    }
}
