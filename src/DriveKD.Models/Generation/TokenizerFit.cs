using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Models.Families;

namespace DriveKD.Models.Generation;

/// <summary>Whether a folder's tokenizer and model are made for each other.</summary>
public static class TokenizerFit
{
    private const string Belonging = "Do tokenizer and model belong together?";

    /// <summary>Checks ids against the model's rows, and the image token against the config's.</summary>
    /// <param name="folder">Where both come from, for messages.</param>
    /// <param name="config">The model's.</param>
    /// <param name="tokenizer">The folder's.</param>
    /// <exception cref="InputException">They do not fit.</exception>
    public static void Require(string folder, ModelConfig config, BpeTokenizer tokenizer)
    {
        List<Problem> problems = [];
        int rows = config.Language.VocabularySize;
        if (tokenizer.VocabularySize > rows)
        {
            problems.Add(new Problem(
                folder,
                $"the tokenizer has ids up to {tokenizer.VocabularySize - 1}, config.json says the model's embedding has {rows} rows. {Belonging}"));
        }

        PictureMarkup markup = config.Family.Markup;
        PromptTokens.Require(tokenizer, markup);
        if (PromptTokens.Resolve(tokenizer).Markup is { } found && found != markup)
        {
            throw new InputException(folder, $"holds a {markup.Family} model with a tokenizer that has {found.Family}'s token {found.Slot}. {Belonging}");
        }

        int id = tokenizer.RequireId(markup.Slot);
        if (config.ImageTokenId is int configured && configured != id)
        {
            problems.Add(new Problem(
                folder,
                $"config.json says the image token is {configured}, the tokenizer gives {markup.Slot} the id {id}. {Belonging}"));
        }

        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }
    }
}
