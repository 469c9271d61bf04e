using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Text;
using DriveKD.Models.Generation.Prompts;
using DriveKD.Models.InternVL;

namespace DriveKD.Models.Generation.Attention;

/// <summary>Whether two models read one sequence: only then are their maps of the same tokens.</summary>
public static class SequenceFit
{
    /// <summary>Checks tokenizers and the tokens of every picture.</summary>
    /// <param name="teacher">The model whose sequence it is: folder, config and tokenizer.</param>
    /// <param name="student">The model that shall read it too.</param>
    /// <param name="pictures">The question's pictures.</param>
    /// <param name="maxTiles">The most tiles a picture is cut into.</param>
    /// <exception cref="InputException">Every difference, with what either model has.</exception>
    public static void Require(
        (string Folder, InternVLConfig Config, BpeTokenizer Tokenizer) teacher,
        (string Folder, InternVLConfig Config, BpeTokenizer Tokenizer) student,
        IReadOnlyList<QuestionPicture> pictures,
        int maxTiles)
    {
        List<Problem> problems = [];
        if (teacher.Tokenizer.Fingerprint != student.Tokenizer.Fingerprint)
        {
            string sizes = teacher.Tokenizer.VocabularySize == student.Tokenizer.VocabularySize
                ? $"both have {teacher.Tokenizer.VocabularySize} tokens, and they are not the same"
                : $"{student.Tokenizer.VocabularySize} tokens against {teacher.Tokenizer.VocabularySize}";
            problems.Add(new Problem(student.Folder, $"has another tokenizer than {teacher.Folder} ({sizes}). Both must read the same token ids."));
        }

        IEnumerable<(string Name, int Own, int Other)> counts = pictures.Select(picture => (picture.Name, Tokens(student.Config, picture, maxTiles), Tokens(teacher.Config, picture, maxTiles)));
        if (counts.FirstOrDefault(count => count.Own != count.Other) is { Name: string name } differing)
        {
            problems.Add(new Problem(
                student.Folder, $"makes {differing.Own} tokens of {name}, {teacher.Folder} {differing.Other}. Maps over different tokens cannot be compared."));
        }
        else if (teacher.Config.KeepsGridOrientation != student.Config.KeepsGridOrientation)
        {
            static string Order(InternVLConfig config) => config.KeepsGridOrientation ? "row by row" : "column by column";
            problems.Add(new Problem(
                student.Folder,
                $"takes the tokens of a tile {Order(student.Config)}, {teacher.Folder} {Order(teacher.Config)}. Maps over tokens in another order cannot be compared."));
        }

        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }
    }

    private static int Tokens(InternVLConfig config, QuestionPicture picture, int maxTiles)
    {
        DynamicTiling tiling = PromptBuilder.TilingFor(config, maxTiles);
        return tiling.CountTiles(tiling.ChooseGrid(picture.Image.Width, picture.Image.Height)) * config.TokensPerTile;
    }
}
