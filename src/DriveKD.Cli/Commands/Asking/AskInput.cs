using DriveKD.Data.Errors;
using DriveKD.Models.Families;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Attention;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Asking;

/// <summary>Questions and an attention request, read from the settings. Everything that can be wrong is found before a model is loaded.</summary>
/// <param name="Questions">At least one, valid, all with the same decoded pictures.</param>
/// <param name="Attention">What is to be drawn, or null.</param>
/// <param name="Weights">The weights that tokens are decoded with.</param>
internal sealed record AskInput(IReadOnlyList<Question> Questions, AttentionRequest? Attention, DecodingWeights Weights)
{
    /// <summary>Reads the questions and the pictures, and checks the settings.</summary>
    /// <param name="settings">What the user wrote.</param>
    /// <param name="input">Standard input.</param>
    /// <exception cref="InputException">All problems of the command line, the questions, the pictures and the folder's config.</exception>
    public static AskInput Read(AskSettings settings, TextReader input)
    {
        ProblemList problems = new();
        IReadOnlyList<string> texts = [];
        QuestionPicture[] pictures = QuestionPictures.Read(settings.Images, problems);
        problems.Check(() => texts = AskQuestions.Read(settings, input));
        Question[] questions =
        [
            .. texts.Select(text => new Question
            {
                Text = text,
                Pictures = pictures,
                SystemText = settings.SystemText,
                UsesTrainingLayout = settings.UsesTrainingLayout,
                MaxTiles = settings.MaxTiles,
            }),
        ];
        problems.AddRange(ProblemsOf(questions));
        problems.Check(settings.Generation.Validate);
        if (settings.LimitsDraws && settings.Generation.Temperature == 0)
        {
            problems.Add("--top-k, --top-p", "limit what is drawn, but without --temperature above 0 nothing is drawn; give one or leave them out.");
        }

        AttentionRequest? attention = null;
        problems.Check(() => attention = ReadAttention(settings));
        if (settings.AttentionFile is not null && questions.Length > 1)
        {
            problems.Add("--attention", $"draws one question in one file, and {questions.Length} were given; ask them one by one.");
        }

        problems.Check(() => CheckAttentionFile(settings));
        TorchSharp.torch.Device? device = null;
        problems.Check(() => device = Devices.Parse(settings.Device, "--device"));
        problems.Check(() => Precisions.RequireName(settings.Precision, "--precision"));
        DecodingWeights weights = DecodingWeights.Stored;
        problems.Check(() => weights = DecodingWeightNames.Parse(settings.Weights));
        if (weights == DecodingWeights.Int8 && device is not null)
        {
            problems.Check(() => RoundedDecoding.Require(device, "--weights"));
        }

        problems.Check(() =>
        {
            ModelConfig config = ModelConfigReader.Read(settings.Folder, settings.Limits, ("--min-pixels", "--max-pixels"));
            if (settings.MaxTiles >= 1)
            {
                _ = config.PicturesOf(settings.MaxTiles);
            }

            attention?.Layer.Resolve(config.Language.Layers);
        });
        problems.ThrowIfAny();
        return new AskInput(questions, attention, weights);
    }

    /// <summary>Of several questions each says which it is; what they share is told once.</summary>
    private static IEnumerable<Problem> ProblemsOf(Question[] questions)
    {
        HashSet<Problem> told = [];
        for (int i = 0; i < questions.Length; i++)
        {
            IReadOnlyList<Problem> problems = [];
            try
            {
                questions[i].Validate();
            }
            catch (InputException exception)
            {
                problems = exception.Problems;
            }

            foreach (Problem problem in problems)
            {
                Problem numbered = questions.Length > 1 && problem.Where == "question" ? problem with { Where = $"question {i + 1}" } : problem;
                if (told.Add(numbered))
                {
                    yield return numbered;
                }
            }
        }
    }

    private static AttentionRequest? ReadAttention(AskSettings settings)
    {
        if (settings.AttentionFile is null)
        {
            return settings.AttentionLayer is null && settings.AttentionRows is null
                ? null
                : throw new InputException(
                    "--attention-layer, --attention-rows", "say what --attention draws, which was not given; give it a file name.");
        }

        if (settings.Images.Count == 0)
        {
            throw new InputException("--attention", "draws over pictures, and none was given; add --image.");
        }

        AttentionLayer layer = settings.AttentionLayer is string text
            ? AttentionLayer.Parse(text, "--attention-layer")
            : AttentionLayer.Penultimate;
        AttentionRows rows = settings.AttentionRows switch
        {
            null or "question" => AttentionRows.Question,
            "answer" => AttentionRows.Answer,
            "all" => AttentionRows.All,
            string other => throw new InputException("--attention-rows", $"is '{other}'; question, answer or all is expected."),
        };
        return new AttentionRequest(layer, rows);
    }

    private static void CheckAttentionFile(AskSettings settings)
    {
        if (settings.AttentionFile is not string file)
        {
            return;
        }

        if (!Path.GetExtension(file).Equals(".png", StringComparison.OrdinalIgnoreCase))
        {
            throw new InputException("--attention", $"'{file}' does not end in .png; the figure is a PNG.");
        }

        string path = Path.GetFullPath(file);
        if (settings.Images.Any(image => image.Length > 0 && Path.GetFullPath(image) == path))
        {
            throw new InputException("--attention", $"'{file}' is one of the pictures, which would be lost; choose another name.");
        }

        OutputFile.RequireWritable(file);
    }
}
