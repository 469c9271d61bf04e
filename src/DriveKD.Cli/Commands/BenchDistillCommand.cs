using System.CommandLine;
using DriveKD.Cli.Commands.Benching;
using DriveKD.Data.Imaging;
using DriveKD.Distillation.Benchmarking;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd bench distill</c>: the published schedule against this engine, on the same weights and samples.</summary>
internal static class BenchDistillCommand
{
    private static readonly BenchSettings _defaults = new() { Shape = BenchShape.Find("quarter") };

    public static Command Create(Terminal terminal)
    {
        Option<string> shape = new("--shape")
        {
            Description = $"{string.Join(", ", BenchShape.All.Select(known => known.Name))}: sizes of samples, and of models without folders.",
            HelpName = "NAME",
            DefaultValueFactory = _ => _defaults.Shape.Name,
        };
        Option<string?> student = new("--student") { Description = "Model folder of the student, in place of random weights.", HelpName = "FOLDER" };
        Option<string?> teacher = new("--teacher") { Description = "Model folder of the teacher, in place of random weights.", HelpName = "FOLDER" };
        Option<int?> pictures = new("--pictures") { Description = "Pictures per sample, in place of the shape's.", HelpName = "N" };
        Option<long?> minPixels = PixelOptions.Min();
        Option<long?> maxPixels = PixelOptions.Max();
        Option<int?> textTokens = new("--text-tokens") { Description = "Tokens per sample besides its pictures', in place of the shape's.", HelpName = "N" };
        Option<int?> answerTokens = new("--answer-tokens") { Description = "Supervised tokens per sample, in place of the shape's.", HelpName = "N" };
        Option<int> samples = new("--samples") { Description = "Samples of an optimizer step.", HelpName = "N", DefaultValueFactory = _ => _defaults.Samples };
        Option<int> rounds = new("--rounds") { Description = "How often warm steps are measured; the median counts.", HelpName = "N", DefaultValueFactory = _ => _defaults.Rounds };
        Option<int> refresh = new("--refresh") { Description = "Steps between exact projections in the lazy measurement.", HelpName = "N", DefaultValueFactory = _ => _defaults.Refresh };
        Option<long> seed = new("--seed") { Description = "Seed of weights and samples.", HelpName = "N", DefaultValueFactory = _ => _defaults.Seed };
        Option<bool> engineOnly = new("--engine-only") { Description = "Leave the published schedule out: no ratios to it, and no check against it." };
        Option<bool> growth = new("--growth") { Description = "Measure too how a step's time grows with pictures and with samples." };
        Option<string> device = ModelOptions.Device();
        Option<string> precision = ModelOptions.Precision();
        Option<string?> output = new("--out") { Description = "Write the JSON document to a file too; an existing one is replaced.", HelpName = "FILE" };
        Option<bool> json = new("--json") { Description = "Print one JSON document instead of tables." };
        Command command = new("distill", "Time the published schedule and this engine on the same samples.")
        {
            shape, student, teacher, pictures, minPixels, maxPixels, textTokens, answerTokens, samples, rounds, refresh, seed, engineOnly, growth, device, precision, output, json,
        };
        command.SetAction(parse =>
        {
            BenchShape known = BenchShape.Find(parse.GetValue(shape)!);
            BenchSettings settings = new()
            {
                Shape = known with
                {
                    Pictures = parse.GetValue(pictures) ?? known.Pictures,
                    TextTokens = parse.GetValue(textTokens) ?? known.TextTokens,
                    AnswerTokens = parse.GetValue(answerTokens) ?? known.AnswerTokens,
                },
                StudentFolder = parse.GetValue(student),
                TeacherFolder = parse.GetValue(teacher),
                Limits = new PixelLimits(parse.GetValue(minPixels), parse.GetValue(maxPixels)),
                Samples = parse.GetValue(samples),
                Rounds = parse.GetValue(rounds),
                Refresh = parse.GetValue(refresh),
                Seed = parse.GetValue(seed),
                Device = parse.GetValue(device)!,
                Precision = parse.GetValue(precision)!,
                RunsPublished = !parse.GetValue(engineOnly),
                MeasuresGrowth = parse.GetValue(growth),
            };
            return new DistillBenchRun(terminal, settings, parse.GetValue(output), parse.GetValue(json)).Run();
        });
        return command;
    }
}
