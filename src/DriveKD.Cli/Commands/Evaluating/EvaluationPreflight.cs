using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Evaluation.Clients;
using DriveKD.Models.Families;
using DriveKD.Models.Generation;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Evaluating;

/// <summary>What can be known to fail before anything is asked: all of it at once.</summary>
internal static class EvaluationPreflight
{
    /// <summary>Looks at devices, folders, keys and corruptions.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>The passes that this machine can make, and those that it cannot, with the reason.</returns>
    /// <exception cref="InputException">Everything that would fail.</exception>
    public static (IReadOnlyList<CorruptionChoice> Corruptions, IReadOnlyList<(CorruptionChoice Corruption, string Reason)> LeftOut) Check(ResolvedRecipe<EvaluateRecipe> recipe)
    {
        EvaluateRecipe content = recipe.Recipe;
        List<Problem> problems = [];
        void Try(Action check)
        {
            try
            {
                check();
            }
            catch (InputException exception)
            {
                problems.AddRange(exception.Problems);
            }
        }

        TorchSharp.torch.Device? device = null;
        Try(() => device = Devices.Parse(content.Device, recipe.Where("device")));
        if (content.Weights == DecodingWeights.Int8 && device is not null)
        {
            Try(() => CheckRounded(recipe, device));
        }

        foreach (NamedModel model in content.NamedModels())
        {
            Try(() => Check(model, recipe.Where("models"), content.Endpoint.ToEndpoint(content.Prompts)));
            Try(() => CheckPictures(model, recipe));
        }

        if (content.Judge.Model is string judge)
        {
            Try(() => Check(new NamedModel("judge", judge), recipe.Where("judge.model"), content.Judge.Endpoint));
        }

        List<CorruptionChoice> made = [];
        List<(CorruptionChoice Corruption, string Reason)> leftOut = [];
        bool hasFfmpeg = Ffmpeg.Find() is not null;
        foreach (CorruptionChoice corruption in content.CorruptionChoices())
        {
            if (!corruption.Info.NeedsFfmpeg || hasFfmpeg)
            {
                made.Add(corruption);
            }
            else if (content.SkipUnavailable)
            {
                leftOut.Add((corruption, Ffmpeg.Absence));
            }
            else
            {
                problems.Add(new Problem(recipe.Where("corruptions"), $"{corruption.Name}: {Ffmpeg.Absence} skip_unavailable=true leaves them out and says so."));
            }
        }

        if (made.Count == 0 && problems.Count == 0)
        {
            problems.Add(new Problem(recipe.Where("corruptions"), "no pass is left: every corruption needs ffmpeg. Add clean, for example."));
        }

        return problems.Count > 0 ? throw new InputException(problems) : (made, leftOut);
    }

    /// <summary>Whether every token of local models would be decoded with the rounded weights.</summary>
    private static void CheckRounded(ResolvedRecipe<EvaluateRecipe> recipe, TorchSharp.torch.Device device)
    {
        if (recipe.Recipe.NamedModels().All(model => model.IsBehindServer))
        {
            throw new InputException(recipe.Where("weights"), "is int8, but every model is behind a server, which has weights of its own; leave it out.");
        }

        RoundedDecoding.Require(device, recipe.Where("weights"));
        if (recipe.Recipe.BatchSize > RoundedDecoding.MostRows)
        {
            throw new InputException(
                recipe.Where("batch_size"),
                $"is {recipe.Recipe.BatchSize}, and with weights: int8 at most {RoundedDecoding.MostRows} questions are decoded at a time; more would be decoded with the stored weights.");
        }
    }

    /// <summary>Whether a local model takes pictures as the recipe wants it.</summary>
    private static void CheckPictures(NamedModel model, ResolvedRecipe<EvaluateRecipe> recipe)
    {
        if (model.IsBehindServer)
        {
            return;
        }

        PromptSettings prompts = recipe.Recipe.Prompts;
        ModelConfig config;
        try
        {
            config = ModelConfigReader.Read(model.Address);
        }
        catch (InputException)
        {
            // Told already.
            return;
        }

        try
        {
            config = config.WithPixelLimits(prompts.PixelLimits(), (recipe.Where("prompts.min_pixels"), recipe.Where("prompts.max_pixels")));
            _ = config.PicturesOf(prompts.MaxTiles);
        }
        catch (InputException exception)
        {
            throw new InputException([.. exception.Problems.Select(problem => new Problem(
                problem.Where == "tiles" ? recipe.Where("prompts.max_tiles") : problem.Where, $"{model.Name}: {problem.What}"))]);
        }
    }

    private static void Check(NamedModel model, string where, EndpointSettings settings)
    {
        if (!model.IsBehindServer)
        {
            _ = ModelConfigReader.Read(model.Address);
            return;
        }

        ModelAddress address = ModelAddress.Parse(model.Address, where);
        _ = Endpoint.Resolve(address.Name, settings);
    }
}
