using DriveKD.Models.Layers;
using DriveKD.Models.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Layers;

public class DecoderFrameTests
{
    [Fact]
    public void Create_OneTokenBehindPadding_MakesNoMaskBeforeALayerRuns()
    {
        SequencePositions padded = SequencePositions.Padded(new bool[,] { { true, false, false } }, newTokens: 1);

        Assert.NotNull(padded.IsPadding_BS);
        Assert.Equal(TensorsMadeFor(SequencePositions.Consecutive(1, 1, start: 1)), TensorsMadeFor(padded));
    }

    private static long TensorsMadeFor(SequencePositions positions)
    {
        ThreadDisposeScopeStatistics statistics = DisposeScopeManager.Statistics;
        long before = statistics.CreatedInScopeCount + statistics.CreatedOutsideScopeCount;
        using DecoderFrame frame = new(TestModels.Small.Language, positions, queries: 1, cached: 2, CPU, ScalarType.Float32);
        return statistics.CreatedInScopeCount + statistics.CreatedOutsideScopeCount - before;
    }
}
