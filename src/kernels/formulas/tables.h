// Tables that the formulas of doubles look numbers up in; bench/make_tables.py prints them.
#pragma once

namespace descent::kernels {

/// 2^(k / 16).
inline constexpr double kRootsOfTwo[] = {
    0x1.0000000000000p+0, 0x1.0b5586cf9890fp+0, 0x1.172b83c7d517bp+0, 0x1.2387a6e756238p+0,
    0x1.306fe0a31b715p+0, 0x1.3dea64c123422p+0, 0x1.4bfdad5362a27p+0, 0x1.5ab07dd485429p+0,
    0x1.6a09e667f3bcdp+0, 0x1.7a11473eb0187p+0, 0x1.8ace5422aa0dbp+0, 0x1.9c49182a3f090p+0,
    0x1.ae89f995ad3adp+0, 0x1.c199bdd85529cp+0, 0x1.d5818dcfba487p+0, 0x1.ea4afa2a490dap+0};

/// What kRootsOfTwo lacks.
inline constexpr double kRootsOfTwoLow[] = {0x0.0p+0,
                                            0x1.8a62e4adc610bp-54,
                                            -0x1.19041b9d78a76p-55,
                                            0x1.9b07eb6c70573p-54,
                                            0x1.6f46ad23182e4p-55,
                                            0x1.ada0911f09ebcp-55,
                                            0x1.d4397afec42e2p-56,
                                            0x1.6324c054647adp-54,
                                            -0x1.bdd3413b26456p-54,
                                            -0x1.41577ee04992fp-55,
                                            0x1.6e9f156864b27p-54,
                                            0x1.c7c46b071f2bep-56,
                                            0x1.7a1cd345dcc81p-54,
                                            0x1.11065895048ddp-55,
                                            0x1.2ed02d75b3707p-55,
                                            -0x1.e9c23179c2893p-54};

/// c, near 1 / x for the x between 1 + k / 16 and 1 + (k + 1) / 16: 1 and 1/2 at the ends, the middle elsewhere.
inline constexpr double kInverses[] = {
    0x1.0000000000000p+0, 0x1.d41d41d41d41dp-1, 0x1.bacf914c1bad0p-1, 0x1.a41a41a41a41ap-1,
    0x1.8f9c18f9c18fap-1, 0x1.7d05f417d05f4p-1, 0x1.6c16c16c16c17p-1, 0x1.5c9882b931057p-1,
    0x1.4e5e0a72f0539p-1, 0x1.4141414141414p-1, 0x1.3521cfb2b78c1p-1, 0x1.29e4129e4129ep-1,
    0x1.1f7047dc11f70p-1, 0x1.15b1e5f75270dp-1, 0x1.0c9714fbcda3bp-1, 0x1.0000000000000p-1};

/// -log(c), a multiple of 2^-42.
inline constexpr double kLogs[] = {0x0.0p+0,
                                   0x1.6f0d28ae58000p-4,
                                   0x1.29552f8200000p-3,
                                   0x1.9525a9cf46000p-3,
                                   0x1.fb9186d5e4000p-3,
                                   0x1.2e8e2bae12000p-2,
                                   0x1.5d1bdbf581000p-2,
                                   0x1.89a3386c14000p-2,
                                   0x1.b44f77bcc9000p-2,
                                   0x1.dd46a04c1c000p-2,
                                   0x1.02552a5a5d000p-1,
                                   0x1.154c3d2f4d800p-1,
                                   0x1.2795e1289b000p-1,
                                   0x1.393e0d3562800p-1,
                                   0x1.4a4f85db04000p-1,
                                   0x1.62e42fefa3800p-1};

/// What kLogs lacks.
inline constexpr double kLogsLow[] = {0x0.0p+0,
                                      -0x1.4b2241b664613p-44,
                                      -0x1.5bd67f4471dfcp-44,
                                      -0x1.294937d9f158fp-44,
                                      -0x1.d6b2aab993c87p-47,
                                      -0x1.6791e99b72bd8p-45,
                                      -0x1.8d97dc9c7c238p-44,
                                      0x1.2d92d38c40882p-45,
                                      -0x1.38068224aa2cep-47,
                                      0x1.283fb989a9274p-44,
                                      0x1.fe3d38d2bafddp-46,
                                      -0x1.0af338662e34dp-44,
                                      0x1.1b6b783f3db97p-45,
                                      0x1.0cd8e221301b7p-44,
                                      -0x1.4575d840b8591p-45,
                                      0x1.ef35793c76730p-45};

}  // namespace descent::kernels
