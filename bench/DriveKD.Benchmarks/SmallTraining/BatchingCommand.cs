using System.CommandLine;
using DriveKD.Distillation.Batching;
using DriveKD.Models.Native;
using DriveKD.Runs.Recipes;

namespace DriveKD.Benchmarks.SmallTraining;

/// <summary>What it brings to run samples of different length together, and those of like length.</summary>
internal static class BatchingCommand
{
    private const int Window = 64;
    private const int BatchSize = 16;
    private const string Single = "one by one";
    private const string Mixed = "batches of 16 as they come";
    private const string Alike = "batches of 16 of like length";

    public static Command Create()
    {
        Option<int> rounds = new("--rounds") { Description = "How often everything is measured.", DefaultValueFactory = _ => 9 };
        Option<int> longest = new("--longest") { Description = "The most tokens of a sample; the fewest are 60.", DefaultValueFactory = _ => 300 };
        Command command = new("batching", "Samples per second of a window of 64 samples of different length, one by one and in batches.") { rounds, longest };
        command.SetAction(parse => Run(parse.GetValue(rounds), parse.GetValue(longest)));
        return command;
    }

    private static void Run(int rounds, int longest)
    {
        Report.Machine();
        using SmallWorld world = new(Window, longest);
        ComputeThreads.FitTo(world.Teachers.Append(world.Student).Select(model => model.Config));
        using SmallArm arm = new(world, hasSignals: true, GradientMethod.Sum, CombinationSpan.Window);
        // As the trainer orders them: SampleWindow.ByLength.
        EncodedSample[] sorted = [.. world.Samples.OrderBy(sample => sample.TokenIds.Count)];
        Timings timings = new();
        for (int round = -1; round < rounds; round++)
        {
            Timings into = round < 0 ? new Timings() : timings;
            into.Time(Single, () => arm.Step(world.Samples, 1));
            into.Time(Mixed, () => arm.Step(world.Samples, BatchSize));
            into.Time(Alike, () => arm.Step(sorted, BatchSize));
        }

        Report.Line($"{"",-44} {"median",10}      (range)  ratio to one by one");
        foreach ((string part, IReadOnlyList<EncodedSample> order, int batch) in new[] { (Single, world.Samples, 1), (Mixed, world.Samples, BatchSize), (Alike, sorted, BatchSize) })
        {
            Report.Part(timings, part, timings.Median(Single));
            Report.Line($"{"",-44} {Window / timings.Median(part),8:F0} samples per second, {Padded(order, batch):P0} of the tokens fill up");
        }
    }

    private static double Padded(IReadOnlyList<EncodedSample> samples, int batch)
    {
        double own = samples.Sum(sample => sample.TokenIds.Count);
        double run = samples.Chunk(batch).Sum(pass => pass.Length * (double)pass.Max(sample => sample.TokenIds.Count));
        return 1 - (own / run);
    }
}
