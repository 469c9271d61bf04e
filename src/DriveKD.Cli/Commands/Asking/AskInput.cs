using DriveKD.Data.Errors;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Attention;
using DriveKD.Models.InternVL;
using DriveKD.Models.Tensors;

namespace DriveKD.Cli.Commands.Asking;

/// <summary>A question and an attention request, read from the settings. Everything that can be wrong is found before a model is loaded.</summary>
/// <param name="Question">Valid, with its pictures decoded.</param>
/// <param name="Attention">What is to be drawn, or null.</param>
internal sealed record AskInput(Question Question, AttentionRequest? Attention)
{
    /// <summary>Reads the pictures and checks the settings.</summary>
    /// <exception cref="InputException">All problems of the command line, the pictures and the folder's config.</exception>
    public static AskInput Read(AskSettings settings)
    {
        ProblemList problems = new();
        QuestionPicture[] pictures = QuestionPictures.Read(settings.Images, problems);
        Question question = new()
        {
            Text = settings.Question,
            Pictures = pictures,
            SystemText = settings.SystemText,
            UsesTrainingLayout = settings.UsesTrainingLayout,
            MaxTiles = settings.MaxTiles,
        };
        problems.Check(question.Validate);
        problems.Check(settings.Generation.Validate);
        if (settings.LimitsDraws && settings.Generation.Temperature == 0)
        {
            problems.Add("--top-k, --top-p", "limit what is drawn, but without --temperature above 0 nothing is drawn; give one or leave them out.");
        }

        AttentionRequest? attention = null;
        problems.Check(() => attention = ReadAttention(settings));
        problems.Check(() => CheckAttentionFile(settings));
        problems.Check(() => Devices.Parse(settings.Device, "--device"));
        problems.Check(() => Precisions.RequireName(settings.Precision, "--precision"));
        if (settings.Weights is not (AskSettings.StoredWeights or AskSettings.Int8Weights))
        {
            problems.Add("--weights", $"is '{settings.Weights}'; {AskSettings.StoredWeights} or {AskSettings.Int8Weights} is expected.");
        }

        problems.Check(() =>
        {
            InternVLConfig config = InternVLConfigReader.Read(settings.Folder);
            attention?.Layer.Resolve(config.Language.Layers);
        });
        problems.ThrowIfAny();
        return new AskInput(question, attention);
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
