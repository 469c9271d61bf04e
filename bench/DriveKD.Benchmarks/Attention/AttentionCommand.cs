using System.CommandLine;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Benchmarks.Attention;

/// <summary>What a tapped attention map costs: every head's map held, as eager attention does, against block after block.</summary>
/// <remarks>Shapes: B batch, H query heads, K key heads, T tokens, D channels per head.</remarks>
internal static class AttentionCommand
{
    private const string EagerForward = "eager: every head's map and the context";
    private const string EagerBackward = "eager: backward of map and context";
    private const string FusedForward = "fused context";
    private const string FusedBackward = "fused context: backward";
    private const string MapForward = "head-mean map by blocks";
    private const string MapBackward = "head-mean map by blocks: backward";
    private const string TextForward = "text rows of the map by blocks";
    private const string TextBackward = "text rows of the map by blocks: backward";

    public static Command Create()
    {
        Option<int> tokens = new("--tokens") { Description = "Tokens of the sample.", DefaultValueFactory = _ => 1800 };
        Option<int> heads = new("--heads") { Description = "Query heads of 64 channels; there are 2 key heads.", DefaultValueFactory = _ => 14 };
        Option<int> rounds = new("--rounds") { Description = "How often everything is measured.", DefaultValueFactory = _ => 5 };
        Command command = new("attention", "Forming a tapped attention map: every head's held, against block after block.") { tokens, heads, rounds };
        command.SetAction(parse => Run(parse.GetValue(tokens), parse.GetValue(heads), parse.GetValue(rounds)));
        return command;
    }

    private static void Run(int tokens, int heads, int rounds)
    {
        Report.Machine();
        using DisposeScope scope = NewDisposeScope();
        Tensor query_BHTD = randn([1, heads, tokens, 64], requires_grad: true);
        Tensor key_BKTD = randn([1, 2, tokens, 64], requires_grad: true);
        Tensor value_BKTD = randn([1, 2, tokens, 64], requires_grad: true);
        Tensor given_BTT = randn(1, tokens, tokens);
        Tensor givenContext_BHTD = randn(1, heads, tokens, 64);
        int text = tokens * 264 / 1800;
        QueryRange[] rows = [new(tokens - text, text)];
        Timings timings = new();
        for (int round = -1; round < rounds; round++)
        {
            // The first round warms up.
            Timings into = round < 0 ? new Timings() : timings;
            Measure(into, EagerForward, EagerBackward, () =>
            {
                Tensor key_BHTD = Repeated(key_BKTD, heads);
                Tensor scores = query_BHTD.matmul(key_BHTD.transpose(2, 3)).div(8);
                Tensor weights = nn.functional.softmax(scores.masked_fill(ones([tokens, tokens], ScalarType.Bool).triu(1), double.NegativeInfinity), -1);
                return [weights.mean([1]).mul(given_BTT).sum(), weights.matmul(Repeated(value_BKTD, heads)).mul(givenContext_BHTD).sum()];
            });
            Measure(into, FusedForward, FusedBackward, () =>
                [nn.functional.scaled_dot_product_attention(query_BHTD, Repeated(key_BKTD, heads), Repeated(value_BKTD, heads), is_casual: true).mul(givenContext_BHTD).sum()]);
            Measure(into, MapForward, MapBackward, () => [HeadMeanAttention.Of(query_BHTD, key_BKTD, rows: null).mul(given_BTT).sum()]);
            Measure(into, TextForward, TextBackward, () => [HeadMeanAttention.Of(query_BHTD, key_BKTD, rows).mul(given_BTT).sum()]);
        }

        double whole = timings.Median(EagerForward);
        foreach (string part in (string[])[EagerForward, EagerBackward, FusedForward, FusedBackward, MapForward, MapBackward, TextForward, TextBackward])
        {
            Report.Part(timings, part, whole);
        }
    }

    private static void Measure(Timings timings, string forward, string backward, Func<Tensor[]> losses)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] made = timings.Time(forward, losses);
        timings.Time(backward, () =>
        {
            for (int i = 0; i < made.Length; i++)
            {
                made[i].backward(retain_graph: i + 1 < made.Length);
            }
        });
    }

    private static Tensor Repeated(Tensor values_BKTD, int heads) => values_BKTD.repeat_interleave(heads / 2, 1);
}
