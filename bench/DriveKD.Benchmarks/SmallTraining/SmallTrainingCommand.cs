using System.CommandLine;
using DriveKD.Distillation.Batching;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Models.Native;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Benchmarks.SmallTraining;

/// <summary>Samples per second of the driving world's small student, and what a step's time goes into.</summary>
internal static class SmallTrainingCommand
{
    private const int BatchSize = 16;
    private const string Supervised = "supervised";
    private const string Sum = "supervised + three signals, sum";
    private const string Window = "supervised + three signals, agp per window";
    private const string Single = "supervised + three signals, agp per sample";
    private const string Vision = "  vision tower and projector, no gradient";
    private const string Forward = "  student forward, with gradient history";
    private const string Both = "  student forward and backward";
    private const string Optimizer = "  norm, clipping, AdamW";
    private const string Gemm = "  a product of two 512 x 512 matrices";
    private const int GemmSide = 512;

    public static Command Create()
    {
        Option<int> rounds = new("--rounds") { Description = "How often everything is measured.", DefaultValueFactory = _ => 15 };
        Option<int> samples = new("--samples") { Description = "Different samples.", DefaultValueFactory = _ => 64 };
        Command command = new("small-training", "Samples per second of a student 48 channels wide; the goals are 300 supervised, 150 with three signals.") { rounds, samples };
        command.SetAction(parse => Run(parse.GetValue(rounds), parse.GetValue(samples)));
        return command;
    }

    private static void Run(int rounds, int count)
    {
        Report.Machine();
        using SmallWorld world = new(count);
        ComputeThreads.FitTo(world.Teachers.Append(world.Student).Select(model => model.Config));
        using SmallArm supervised = new(world, hasSignals: false, GradientMethod.Sum, CombinationSpan.Window);
        using SmallArm sum = new(world, hasSignals: true, GradientMethod.Sum, CombinationSpan.Window);
        using SmallArm window = new(world, hasSignals: true, GradientMethod.Agp, CombinationSpan.Window);
        using SmallArm single = new(world, hasSignals: true, GradientMethod.Agp, CombinationSpan.Sample);
        EncodedSample[][] batches = [.. world.Samples.Chunk(BatchSize)];
        using Tensor gemm = rand(GemmSide, GemmSide);
        Timings timings = new();
        for (int round = -batches.Length; round < rounds; round++)
        {
            // The first rounds show every sample once: they warm up, and fill what is kept.
            Timings into = round < 0 ? new Timings() : timings;
            EncodedSample[] batch = batches[(round + batches.Length) % batches.Length];
            into.Time(Supervised, () => supervised.Step(batch));
            into.Time(Sum, () => sum.Step(batch));
            into.Time(Window, () => window.Step(batch));
            into.Time(Single, () => single.Step(batch));
            into.Time(Vision, () => Encode(world.Student, batch));
            into.Time(Forward, () => Pass(world.Student, batch, isBackward: false));
            into.Time(Both, () => Pass(world.Student, batch, isBackward: true));
            into.Time(Optimizer, supervised.OptimizeAlone);
            into.Time(Gemm, () => Multiply(gemm));
        }

        double whole = timings.Median(Supervised);
        double rate = 2 * Math.Pow(GemmSide, 3) / timings.Median(Gemm);
        double needed = batches.Average(batch => NeededFlops(world.Student, batch));
        Report.Line($"{"",-44} {"median",10}      (range)  ratio to the first line");
        foreach (string part in (string[])[Supervised, Sum, Window, Single, Vision, Forward, Both, Optimizer, Gemm])
        {
            Report.Part(timings, part, whole);
        }

        foreach (string arm in (string[])[Supervised, Sum, Window, Single])
        {
            Report.Line($"{arm,-44} {BatchSize / timings.Median(arm),8:F0} samples per second by the median, {BatchSize / timings.Range(arm).Least:F0} by the fastest step");
        }

        Report.Line($"a supervised step needs {needed / 1e9:F2} GFLOP of matrix products: {needed / whole / rate:P0} of the {rate / 1e9:F0} GFLOP/s of that product");
    }

    /// <summary>What the matrix products of the decoder's layers take for these samples without padding, forward and backward, in FLOPs.</summary>
    private static double NeededFlops(VisionLanguageModel model, EncodedSample[] batch)
    {
        double weights = model.named_parameters().Where(pair => pair.name.Contains(".layers.", StringComparison.Ordinal) && pair.name.StartsWith("language_model", StringComparison.Ordinal) && pair.parameter.dim() == 2)
            .Sum(pair => (double)pair.parameter.numel());
        LanguageModelConfig config = model.Config.Language;
        double perPair = 2.0 * config.Layers * config.Heads * config.HeadSize;
        // Backward takes each product twice, and a product of m x k and k x n takes 2 m k n.
        return 3 * 2 * batch.Sum(sample => (weights * sample.TokenIds.Count) + (perPair * sample.TokenIds.Count * sample.TokenIds.Count));
    }

    private static void Multiply(Tensor matrix)
    {
        using Tensor product = matrix.matmul(matrix);
    }

    private static void Encode(VisionLanguageModel model, EncodedSample[] batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        _ = model.EncodeImages([.. batch.SelectMany(sample => sample.Pieces[model.Config.Pictures])]);
    }

    /// <summary>The decoder over random states: what no batching can save.</summary>
    private static void Pass(VisionLanguageModel model, EncodedSample[] batch, bool isBackward)
    {
        using DisposeScope scope = NewDisposeScope();
        int longest = batch.Max(sample => sample.TokenIds.Count);
        Tensor ids_BT = tensor([.. batch.SelectMany(sample => sample.TokenIds.Concat(Enumerable.Repeat(0, longest - sample.TokenIds.Count))).Select(id => (long)id)]).reshape(batch.Length, longest);
        Tensor hidden_BTC = model.Decode(model.Embed(ids_BT), SequencePositions.Consecutive(batch.Length, longest))!;
        if (isBackward)
        {
            hidden_BTC.sum().backward();
            model.zero_grad();
        }
    }
}
