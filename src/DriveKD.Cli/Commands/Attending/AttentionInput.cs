using DriveKD.Cli.Commands.Asking;
using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Models.Families;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Attention;
using DriveKD.Models.Tensors;

namespace DriveKD.Cli.Commands.Attending;

/// <summary>A question and what is to be drawn, read from the settings. What can be known to be wrong is found before a model is loaded.</summary>
/// <param name="Question">Valid, with its pictures decoded.</param>
/// <param name="Generation">How the answer comes about, where none is given.</param>
/// <param name="Rows">Whose attention is averaged, where no word says it.</param>
/// <param name="Layers">The first model's layers, from 1.</param>
internal sealed record AttentionInput(Question Question, GenerationOptions Generation, AttentionRows Rows, IReadOnlyList<int> Layers)
{
    /// <summary>Reads the pictures and checks the settings.</summary>
    /// <exception cref="InputException">All problems of the command line, the pictures and the folders' configs.</exception>
    public static AttentionInput Read(AttentionSettings settings)
    {
        ProblemList problems = new();
        QuestionPicture[] pictures = QuestionPictures.Read(settings.Images, problems);
        if (pictures.Length == 0)
        {
            problems.Add("--image", "was not given, and attention is drawn over pictures; give at least one.");
        }

        Question question = new()
        {
            Text = settings.Question,
            Pictures = pictures,
            SystemText = settings.SystemText,
            UsesTrainingLayout = settings.UsesTrainingLayout,
            MaxTiles = settings.MaxTiles,
        };
        problems.Check(question.Validate);
        GenerationOptions generation = new();
        generation = generation with { MaxNewTokens = settings.MaxNewTokens ?? generation.MaxNewTokens };
        problems.Check(generation.Validate);
        CheckAnswer(settings, problems);
        AttentionRows rows = ReadRows(settings, problems);
        AttentionLayers layers = AttentionLayers.All;
        problems.Check(() => layers = AttentionLayers.Parse(settings.Layers, "--layers"));
        problems.Check(() => Devices.Parse(settings.Device, "--device"));
        problems.Check(() => Precisions.RequireName(settings.Precision, "--precision"));
        problems.Check(() => OutputFolder.RequireFree(settings.Output));

        IReadOnlyList<int> numbers = [];
        (string Folder, ModelConfig Config, BpeTokenizer Tokenizer)? teacher = Open(settings.Folder, settings, problems);
        problems.Check(() => numbers = teacher is null ? [] : layers.Resolve(teacher.Value.Config.Language.Layers));
        if (settings.Student is string student && Open(student, settings, problems) is (string, ModelConfig, BpeTokenizer) other && teacher is not null)
        {
            problems.Check(() => SequenceFit.Require(teacher.Value, other, pictures, Math.Clamp(settings.MaxTiles, 1, Data.Imaging.DynamicTiling.MostTiles)));
        }

        problems.ThrowIfAny();
        return new AttentionInput(question, generation, rows, numbers);
    }

    private static void CheckAnswer(AttentionSettings settings, ProblemList problems)
    {
        if (settings.Answer is not string answer)
        {
            return;
        }

        if (string.IsNullOrWhiteSpace(answer))
        {
            problems.Add("--answer", "is empty; a text is expected, or leave it out: then the model answers.");
        }

        if (settings.MaxNewTokens is not null)
        {
            problems.Add("--max-new-tokens", "says how long an answer may become, and --answer gives it; leave one of them out.");
        }
    }

    private static AttentionRows ReadRows(AttentionSettings settings, ProblemList problems)
    {
        if (settings.Word is not null && settings.Rows is not null)
        {
            problems.Add("--word, --rows", "both say whose attention is averaged; leave one of them out.");
        }

        if (settings.Word is not null && string.IsNullOrWhiteSpace(settings.Word))
        {
            problems.Add("--word", "is empty; a word of the question or the answer is expected.");
        }

        switch (settings.Rows)
        {
            case null or "answer":
                return AttentionRows.Answer;
            case "question":
                return AttentionRows.Question;
            case "all":
                return AttentionRows.All;
            default:
                problems.Add("--rows", $"is '{settings.Rows}'; question, answer or all is expected.");
                return AttentionRows.All;
        }
    }

    private static (string Folder, ModelConfig Config, BpeTokenizer Tokenizer)? Open(string folder, AttentionSettings settings, ProblemList problems)
    {
        ModelConfig? config = null;
        BpeTokenizer? tokenizer = null;
        problems.Check(() =>
        {
            config = ModelConfigReader.Read(folder, settings.Limits, ("--min-pixels", "--max-pixels"));
            if (settings.MaxTiles >= 1)
            {
                _ = config.PicturesOf(settings.MaxTiles);
            }

            tokenizer = BpeTokenizer.Load(folder);
        });
        return config is null || tokenizer is null ? null : (folder, config, tokenizer);
    }
}
