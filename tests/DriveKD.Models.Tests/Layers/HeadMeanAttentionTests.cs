using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Layers;

public sealed class HeadMeanAttentionTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(1, 4, 2, 37)]
    [InlineData(2, 3, 3, 130)]
    [InlineData(2, 14, 2, 300)]
    // Several blocks of queries.
    [InlineData(1, 14, 2, 900)]
    public void Of_AllRows_EqualsTheMeanOfTheHeadsMaps_GradientsToo(int batch, int heads, int keyHeads, int tokens)
    {
        (Tensor query_BHTD, Tensor key_BKTD) = Inputs(batch, heads, keyHeads, tokens);
        Tensor expected_BTT = Plain(query_BHTD, key_BKTD);
        Tensor factors_BTT = randn(expected_BTT.shape);
        Tensor[] expected = Gradients(expected_BTT.mul(factors_BTT).sum(), query_BHTD, key_BKTD);

        Tensor actual_BTT = HeadMeanAttention.Of(query_BHTD, key_BKTD, rows: null);
        Tensor[] actual = Gradients(actual_BTT.mul(factors_BTT).sum(), query_BHTD, key_BKTD);

        Close.Assert(expected_BTT, actual_BTT, 1e-6, "map");
        Close.Assert(expected[0], actual[0], 1e-5, "gradient of the queries");
        Close.Assert(expected[1], actual[1], 2e-5, "gradient of the keys");
    }

    [Fact]
    public void Of_SomeRows_GivesThoseAndNothingElse_GradientsToo()
    {
        (Tensor query_BHTD, Tensor key_BKTD) = Inputs(batch: 2, heads: 6, keyHeads: 2, tokens: 50);
        QueryRange[] rows = [new(3, 4), new(20, 1), new(44, 6)];
        Tensor isWanted_T1 = tensor([.. Enumerable.Range(0, 50).Select(t => rows.Any(range => t >= range.Start && t < range.Start + range.Count))]).unsqueeze(1);
        Tensor expected_BTT = Plain(query_BHTD, key_BKTD).mul(isWanted_T1.to_type(ScalarType.Float32));
        Tensor[] expected = Gradients(expected_BTT.square().sum(), query_BHTD, key_BKTD);

        Tensor actual_BTT = HeadMeanAttention.Of(query_BHTD, key_BKTD, rows);
        Tensor[] actual = Gradients(actual_BTT.square().sum(), query_BHTD, key_BKTD);

        Close.Assert(expected_BTT, actual_BTT, 1e-6, "map");
        Assert.Equal(0, actual_BTT.masked_select(isWanted_T1.logical_not().expand_as(actual_BTT)).abs().max().ToSingle());
        Close.Assert(expected[0], actual[0], 1e-6, "gradient of the queries");
        Close.Assert(expected[1], actual[1], 1e-6, "gradient of the keys");
    }

    [Fact]
    public void Of_TheSameGraphTwice_GivesTheSameGradientsTwice()
    {
        (Tensor query_BHTD, Tensor key_BKTD) = Inputs(batch: 1, heads: 4, keyHeads: 2, tokens: 20);
        Tensor map_BTT = HeadMeanAttention.Of(query_BHTD, key_BKTD, rows: null);
        Tensor loss = map_BTT.square().sum();
        IList<Tensor> first = autograd.grad([loss], [query_BHTD, key_BKTD], retain_graph: true);
        IList<Tensor> second = autograd.grad([loss], [query_BHTD, key_BKTD]);

        Assert.True(first[0].abs().max().ToSingle() > 0);
        Assert.Equal(0, Close.Distance(first[0], second[0]));
        Assert.Equal(0, Close.Distance(first[1], second[1]));
    }

    [Fact]
    public void Of_Bfloat16_IsAsNearAsItsInputsAllow_InFloat32()
    {
        (Tensor query_BHTD, Tensor key_BKTD) = Inputs(batch: 1, heads: 4, keyHeads: 2, tokens: 300);
        (Tensor roundedQuery_BHTD, Tensor roundedKey_BKTD) = (query_BHTD.detach().bfloat16(), key_BKTD.detach().bfloat16());
        Tensor map_BTT = HeadMeanAttention.Of(roundedQuery_BHTD, roundedKey_BKTD, rows: null);

        Assert.Equal(ScalarType.Float32, map_BTT.dtype);
        Close.Assert(ones(1, 300), map_BTT.sum(-1), 1e-5, "row sums");
        // Scores are rounded to 8 bits: weights differ by about a hundredth of themselves.
        Close.Assert(Plain(roundedQuery_BHTD.@float(), roundedKey_BKTD.@float()), map_BTT, 0.02, "map");
    }

    [Fact]
    public void Of_KeysOfOtherTokens_AreRefused() =>
        Assert.Throws<ArgumentException>(() => HeadMeanAttention.Of(zeros(1, 4, 5, 8), zeros(1, 2, 6, 8), rows: null));

    [Fact]
    public void Of_LeavesNoTensorBehind()
    {
        (Tensor query_BHTD, Tensor key_BKTD) = Inputs(batch: 1, heads: 4, keyHeads: 2, tokens: 20);
        void Once()
        {
            using DisposeScope scope = NewDisposeScope();
            HeadMeanAttention.Of(query_BHTD, key_BKTD, rows: null).square().sum().backward();
        }

        Once();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Once();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void RangesOf_AMask_CoverItsTruePositions()
    {
        bool[] mask = [true, true, false, true, false, false, true];

        Assert.Equal([new QueryRange(0, 2), new QueryRange(3, 1), new QueryRange(6, 1)], QueryRange.Of(mask.Length, i => mask[i]));
        Assert.Empty(QueryRange.Of(3, _ => false));
    }

    private static (Tensor Query_BHTD, Tensor Key_BKTD) Inputs(int batch, int heads, int keyHeads, int tokens)
    {
        random.manual_seed(5);
        return (randn([batch, heads, tokens, 16], requires_grad: true), randn([batch, keyHeads, tokens, 16], requires_grad: true));
    }

    private static Tensor Plain(Tensor query_BHTD, Tensor key_BKTD)
    {
        long tokens = query_BHTD.shape[2];
        Tensor key_BHTD = key_BKTD.repeat_interleave(query_BHTD.shape[1] / key_BKTD.shape[1], 1);
        Tensor scores_BHTT = query_BHTD.matmul(key_BHTD.transpose(2, 3)).div(Math.Sqrt(query_BHTD.shape[3]));
        Tensor hidden_TT = ones([tokens, tokens], ScalarType.Bool).triu(1);
        return nn.functional.softmax(scores_BHTT.masked_fill(hidden_TT, double.NegativeInfinity), -1).mean([1]);
    }

    private static Tensor[] Gradients(Tensor loss, Tensor query_BHTD, Tensor key_BKTD) => [.. autograd.grad([loss], [query_BHTD, key_BKTD])];
}
