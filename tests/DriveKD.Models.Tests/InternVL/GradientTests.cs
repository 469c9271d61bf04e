using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Tests.Support;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Tests.InternVL;

public sealed class GradientTests
{
    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Backward_EveryParameter_EqualsTheCentralDifferenceOfTheFormulas(bool isSixB, bool hasHead)
    {
        // Double precision leaves about 1e-9 of a difference quotient; what remains is float32's backward pass.
        const double Step = 1e-5;
        const double Tolerance = 2e-5;
        InternVLConfig config = isSixB ? TestModels.SixB : TestModels.Small;
        using InternVLModel model = TestModels.Create(config, seed: 5, hasHead: hasHead);
        using DisposeScope scope = NewDisposeScope();
        int[] ids = TestModels.Ids(9, tiles: 1);
        long[] labels = [.. ids.Select((id, t) => t > 6 ? (long)id : -100)];
        Tensor pixels = TestModels.Pixels(1);
        Dictionary<string, Parameter> parameters = Train(model);
        Loss(model, ids, labels, pixels).backward();

        ReferenceModel reference = new(model);
        float[] values = pixels.data<float>().ToArray();
        double ReferenceLoss() => reference.Loss(ids, reference.EncodeTile(values, 24, 24), TestModels.ImageToken, labels);
        Random random = new(7);
        int compared = 0;
        foreach ((string name, Parameter parameter) in parameters)
        {
            double[] weights = reference.Parameter(name);
            int index = name.Contains("embed_tokens", StringComparison.Ordinal) ? (ids[0] * config.Language.HiddenSize) + 3 : random.Next(weights.Length);
            double stored = weights[index];
            weights[index] = stored + Step;
            double above = ReferenceLoss();
            weights[index] = stored - Step;
            double expected = (above - ReferenceLoss()) / (2 * Step);
            weights[index] = stored;
            double actual = parameter.grad!.flatten()[index].ToDouble();
            Assert.True(Math.Abs(actual - expected) <= Tolerance * (1 + Math.Abs(expected)), $"{name}[{index}]: {actual}, expected {expected}");
            compared++;
        }

        Assert.Equal(config.Family.Expected(config, hasHead).Count, compared);
    }

    [Fact]
    public void Backward_PaddedBatch_GivesTheSumOfItsRows()
    {
        using InternVLModel model = TestModels.Create(TestModels.Small);
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Parameter> parameters = Train(model);
        int[][] rows = [TestModels.Ids(13, tiles: 1, seed: 2), TestModels.Ids(7, tiles: 0, seed: 3), TestModels.Ids(16, tiles: 2, seed: 4)];
        Tensor pixels = TestModels.Pixels(3);

        int tile = 0;
        foreach (int[] row in rows)
        {
            int tiles = row.Count(id => id == TestModels.ImageToken) / 4;
            SumLoss(model, [row], tiles == 0 ? null : pixels.narrow(0, tile, tiles), isLeft: true).backward();
            tile += tiles;
        }

        Dictionary<string, Tensor> single = Gradients(parameters);
        foreach (bool isLeft in (bool[])[true, false])
        {
            SumLoss(model, rows, pixels, isLeft).backward();
            foreach ((string name, Tensor gradient) in Gradients(parameters))
            {
                double scale = single[name].abs().max().ToDouble();
                Close.Assert(single[name], gradient, 1e-5 * (1 + scale), $"{name}, padded {(isLeft ? "left" : "right")}");
            }
        }
    }

    [Fact]
    public void Backward_TappedAndFusedAttention_GiveTheSameGradients()
    {
        using InternVLModel model = TestModels.Create(TestModels.SixB);
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Parameter> parameters = Train(model);
        int[] ids = TestModels.Ids(11, tiles: 1);
        long[] labels = [.. ids.Select(id => (long)id)];
        Tensor pixels = TestModels.Pixels(1);
        Loss(model, ids, labels, pixels).backward();
        Dictionary<string, Tensor> fused = Gradients(parameters);
        using Probe probe = new(new ProbeRequest { AttentionLayers = new HashSet<int> { 0, 1, 2 } });
        Loss(model, ids, labels, pixels, probe).backward();

        foreach ((string name, Tensor gradient) in Gradients(parameters))
        {
            Close.Assert(fused[name], gradient, 1e-5 * (1 + fused[name].abs().max().ToDouble()), name);
        }
    }

    private static Tensor Loss(InternVLModel model, int[] ids, long[] labels, Tensor pixels, Probe? probe = null)
    {
        Tensor embedded = model.Embed(TestModels.Row(ids), TestModels.Mask(ids), model.EncodeTiles(pixels).flatten(0, 1));
        Tensor logits = model.Logits(model.Decode(embedded, SequencePositions.Consecutive(1, ids.Length), null, probe)!);
        return functional.cross_entropy(logits[0, ..^1], tensor(labels)[1..], ignore_index: -100);
    }

    /// <summary>The summed loss of every token but the first of each row; padding carries none.</summary>
    private static Tensor SumLoss(InternVLModel model, int[][] rows, Tensor? pixels, bool isLeft)
    {
        int length = rows.Max(row => row.Length);
        long[,] ids = new long[rows.Length, length];
        bool[,] isImage = new bool[rows.Length, length];
        bool[,] isPadding = new bool[rows.Length, length];
        long[,] labels = new long[rows.Length, length];
        for (int b = 0; b < rows.Length; b++)
        {
            int start = isLeft ? length - rows[b].Length : 0;
            for (int t = 0; t < length; t++)
            {
                int at = t - start;
                isPadding[b, t] = at < 0 || at >= rows[b].Length;
                ids[b, t] = isPadding[b, t] ? 0 : rows[b][at];
                isImage[b, t] = ids[b, t] == TestModels.ImageToken;
                labels[b, t] = at <= 0 || isPadding[b, t] ? -100 : ids[b, t];
            }
        }

        Tensor embedded = model.Embed(tensor(ids), pixels is null ? null : tensor(isImage), pixels is null ? null : model.EncodeTiles(pixels).flatten(0, 1));
        Tensor logits = model.Logits(model.Decode(embedded, SequencePositions.Padded(isPadding, length))!);
        return functional.cross_entropy(logits[.., ..^1].flatten(0, 1), tensor(labels)[.., 1..].flatten(), ignore_index: -100, reduction: Reduction.Sum);
    }

    private static Dictionary<string, Parameter> Train(InternVLModel model)
    {
        Dictionary<string, Parameter> parameters = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        foreach (Parameter parameter in parameters.Values)
        {
            parameter.requires_grad = true;
        }

        return parameters;
    }

    /// <summary>Copies the gradients and clears them.</summary>
    private static Dictionary<string, Tensor> Gradients(Dictionary<string, Parameter> parameters)
    {
        Dictionary<string, Tensor> copies = parameters.ToDictionary(pair => pair.Key, pair => pair.Value.grad?.clone() ?? zeros_like(pair.Value));
        foreach (Parameter parameter in parameters.Values)
        {
            parameter.grad = null;
        }

        return copies;
    }
}
