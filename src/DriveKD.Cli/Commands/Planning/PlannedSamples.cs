using DriveKD.Cli.Commands.Training;
using DriveKD.Data.Samples;
using DriveKD.Data.Text;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Memory;
using DriveKD.Evaluation.Deployment;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Planning;

/// <summary>The samples of a planned training: how many, how long, and of which capability.</summary>
/// <param name="Count">Samples of one epoch.</param>
/// <param name="Lengths">How long they are.</param>
/// <param name="Longest">The longest of them, which decides the memory.</param>
/// <param name="Shares">The share of each capability.</param>
internal sealed record PlannedSamples(int Count, SampleLengths Lengths, SampleExtent Longest, IReadOnlyDictionary<Capability, double> Shares)
{
    /// <summary>The samples themselves; none where only their number and length are known.</summary>
    public IReadOnlyList<Sample> Samples { get; init; } = [];

    // A rule of thumb for English text, where no tokenizer is there to count.
    private const double CharactersPerToken = 4;

    // Turn markers and the picture's own, about.
    private const int LayoutTokens = 12;

    /// <summary>As many samples as asked for, all of one length, the capabilities alike.</summary>
    /// <param name="settings">Their number and length.</param>
    /// <param name="student">Decides the tokens of a picture: one square each.</param>
    public static PlannedSamples Uniform(PlanSettings settings, ModelShape student)
    {
        int pictures = settings.Pictures ?? 1;
        double tokens = ((double)pictures * student.Vision.TokensPerUnit) + settings.TextTokens + settings.AnswerTokens;
        return new PlannedSamples(
            settings.Samples,
            new SampleLengths
            {
                MeanTokens = tokens,
                MeanSquaredTokens = tokens * tokens,
                MostTokens = tokens,
                MeanAnswerTokens = settings.AnswerTokens,
                MeanPictures = pictures,
            },
            new SampleExtent
            {
                Tokens = ToCount(tokens),
                Samples = settings.Samples,
                SupervisedTokens = settings.AnswerTokens,
                Pictures = pictures,
                PictureTokens = student.Vision.TokensPerUnit,
                Files = ToCount((double)settings.Samples * pictures),
            },
            Enum.GetValues<Capability>().ToDictionary(capability => capability, _ => 1.0 / 3));
    }

    /// <summary>The samples of a recipe.</summary>
    /// <param name="terminal">Shows the progress.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="student">Its student.</param>
    public static PlannedSamples Read(Terminal terminal, ResolvedRecipe<DistillRecipe> recipe, PlannedModel student)
    {
        IReadOnlyList<Sample> samples = TrainingSamples.Read(terminal, recipe).Training;
        if (samples.Count == 0)
        {
            throw new Data.Errors.InputException(recipe.Where("data.records"), "no sample is left to train on.");
        }

        SampleEncoder? encoder = EncoderOf(recipe.Recipe.Models.Student, student);
        List<(double Tokens, double Answer)> lengths = [];
        foreach (Sample sample in samples)
        {
            terminal.Interrupted.ThrowIfCancellationRequested();
            lengths.Add(encoder is null ? Estimate(sample, student.Config.UsualPicture.Tokens) : encoder.CountTokens(sample));
        }

        return new PlannedSamples(
            samples.Count,
            new SampleLengths
            {
                MeanTokens = lengths.Average(length => length.Tokens),
                MeanSquaredTokens = lengths.Average(length => length.Tokens * length.Tokens),
                MostTokens = lengths.Max(length => length.Tokens),
                MeanAnswerTokens = lengths.Average(length => length.Answer),
                MeanPictures = samples.Average(sample => sample.Images.Count),
                IsEstimated = encoder is null,
            },
            new SampleExtent
            {
                Tokens = ToCount(lengths.Max(length => length.Tokens)),
                Samples = samples.Count,
                SupervisedTokens = ToCount(lengths.Max(length => length.Answer)),
                Pictures = samples.Max(sample => sample.Images.Count),
                PictureTokens = encoder is null
                    ? student.Config.UsualPicture.Tokens
                    : samples.SelectMany(sample => sample.Images).Select(image => encoder.LayoutOf(image).Tokens).DefaultIfEmpty(0).Max(),
                Files = samples.SelectMany(sample => sample.Images).Select(image => image.RecordedPath).Distinct().Count(),
            },
            samples.GroupBy(sample => sample.Capability).ToDictionary(group => group.Key, group => (double)group.Count() / samples.Count))
        {
            Samples = samples,
        };
    }

    private static int ToCount(double number) => (int)Math.Min(int.MaxValue, Math.Ceiling(number));

    private static SampleEncoder? EncoderOf(string folder, PlannedModel student) =>
        File.Exists(Path.Combine(folder, "tokenizer.json")) || File.Exists(Path.Combine(folder, "vocab.json"))
            ? new SampleEncoder(BpeTokenizer.Load(folder), [student.Config.Pictures])
            : null;

    private static (double Tokens, double Answer) Estimate(Sample sample, int tokensPerPicture)
    {
        double answer = (sample.Answer?.Length ?? 0) / CharactersPerToken;
        return (LayoutTokens + ((double)sample.Images.Count * tokensPerPicture) + (sample.Question.Length / CharactersPerToken) + answer, answer);
    }
}
