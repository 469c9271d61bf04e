using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DriveKD.Models.Measurement;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Measuring;

/// <summary>Deployment figures as one JSON document; <c>docs/EVALUATION.md</c> describes it.</summary>
internal static class MeasureDocument
{
    private static readonly JsonSerializerOptions _layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        WriteIndented = true,
        // Names of folders stay readable; the document goes to a console or a file, never into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(DeploymentFigures figures, RunEnvironment machine, bool showsPublished) => JsonSerializer.Serialize(
        new
        {
            figures.IsComplete,
            conditions = new
            {
                program = machine.Version,
                machine.Commit,
                machine.StartedAt,
                figures.Device,
                machine.Processor,
                machine.Cores,
                machine.MemoryBytes,
                machine.OperatingSystem,
                figures.LoadAverage,
                figures.Settings.Repeats,
                warmUps = 1,
                figures.Settings.NewTokens,
                figures.Settings.Seed,
                pictureWidth = DeploymentMeasurement.PictureWidth,
                pictureHeight = DeploymentMeasurement.PictureHeight,
                figures.ResidentMethod,
                figures.EnergySource,
                figures.EnergyMissing,
            },
            models = figures.Models.Select(Model),
            ratios = figures.Ratios.Select(Ratio),
            published = showsPublished ? PublishedDeployment.All : null,
        },
        _layout);

    private static object Model(ModelFigures model) => new
    {
        model.Name,
        model.Folder,
        model.Precision,
        weights = DecodingWeightNames.Of(model.Quantized is null ? DecodingWeights.Stored : DecodingWeights.Int8),
        model.Quantized,
        model.Threads,
        model.Parameters,
        model.ParameterBytes,
        model.LoadSeconds,
        model.BeforeLoadResidentBytes,
        model.LoadPeakResidentBytes,
        model.HeadSeconds,
        cases = model.Cases.Where(each => each.IsMeasured).Select(each => new
        {
            each.Case.Pictures,
            each.Case.TextTokens,
            each.PromptTokens,
            newTokens = each.Answers.Count > 0 ? each.Answers[0].NewTokens : (int?)null,
            answers = each.Answers.Count,
            each.PeakResidentBytes,
            tensorBytes = each.Tensors,
            each.Figures,
            profile = AnswerProfile.Of(each, model.HeadSeconds),
        }),
    };

    private static object Ratio(CaseRatios ratio) => new
    {
        ratio.Of,
        ratio.Against,
        ratio.Case.Pictures,
        ratio.Case.TextTokens,
        ratio.PeakResident,
        tensorBytes = ratio.TensorTotal,
        ratio.Figures,
    };
}
